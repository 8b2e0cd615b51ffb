import 'autoplus';
